// Shows of the form of repetition the fields that belong to what is chosen.
for (const form of document.querySelectorAll("[data-repeat]")) {
  const show = () => {
    for (const part of form.querySelectorAll("[data-while]")) {
      const [name, ...values] = part.dataset.while.split(" ");
      part.hidden = !values.includes(form.querySelector(`[name=${name}]`).value);
    }
  };
  form.addEventListener("change", show);
  show();
}
