// What is wrong with the page that is open, as sentences. Only an expression: a test evaluates it,
// and with JavaScript each page does when it has loaded.
() => {
  const faults = [];
  const fault = (words) => faults.push(words);
  const all = (selector) => [...document.querySelectorAll(selector)];
  const named = (element) => {
    const id = element.id && `#${element.id}`;
    const classes = [...element.classList].map((name) => `.${name}`).join("");
    return `${element.tagName.toLowerCase()}${id}${classes}`;
  };

  const root = document.documentElement;
  const language = navigator.language.split("-")[0];
  if (root.lang !== language) fault(`the page says lang="${root.lang}" to a reader of ${language}`);
  if (!document.title.trim()) fault("the page has no title");
  const titles = all("h1").length;
  if (titles !== 1) fault(`${titles} main headings`);

  const first = document.body.querySelector("a[href], button, input, select, textarea");
  if (first?.getAttribute("href") !== "#main" || !document.getElementById("main"))
    fault("the page does not begin with a link to its content");

  for (const control of all("input:not([type=hidden]), select, textarea")) {
    if (control.hidden || control.closest("[hidden]")) continue;
    const name = control.getAttribute("aria-label") || control.labels[0]?.textContent.trim();
    if (!name) fault(`${named(control)} ${control.name} has no label`);
  }
  for (const control of all("button, a[href]"))
    if (!control.textContent.trim() && !control.getAttribute("aria-label"))
      fault(`${named(control)} says nothing`);
  const ids = all("[id]").map((element) => element.id);
  for (const id of new Set(ids.filter((id, place) => ids.indexOf(id) !== place)))
    fault(`several elements are called ${id}`);
  for (const element of all("[aria-describedby], [aria-labelledby]"))
    for (const name of ["aria-describedby", "aria-labelledby"])
      for (const id of (element.getAttribute(name) ?? "").split(" ").filter(Boolean))
        if (!document.getElementById(id)) fault(`${named(element)} refers to ${id}, which is not there`);

  if (document.scrollingElement.scrollWidth > innerWidth)
    fault(`wider than the screen: ${document.scrollingElement.scrollWidth} > ${innerWidth}`);

  // Text that leaves the box it stands in, or the screen.
  const isClipped = (style) => style.clipPath !== "none";
  const cuts = (style) => style.overflowX !== "visible";
  const leaves = (text, box) => text.right > box.right + 1.5 || text.left < box.left - 1.5;
  const boxes = function* (element) {
    for (let box = element; box && box !== document.body; box = box.parentElement) yield box;
  };
  const overflow = (element, rects) => {
    for (const box of boxes(element)) {
      const style = getComputedStyle(box);
      if (isClipped(style)) return null;
      if (cuts(style)) return null;
      if (style.display === "inline" || style.display === "contents") continue;
      if (rects.some((rect) => leaves(rect, box.getBoundingClientRect()))) return named(box);
      if (style.position === "absolute" || style.position === "fixed") break; // stands over the page
    }
    return rects.some((rect) => leaves(rect, { left: 0, right: innerWidth })) ? "the screen" : null;
  };
  // By words: the blank at the end of a line may hang out of it, and nobody sees it.
  const wordsOf = (text) =>
    [...text.textContent.matchAll(/\S+/g)].flatMap(({ index, 0: word }) => {
      const range = document.createRange();
      range.setStart(text, index);
      range.setEnd(text, index + word.length);
      return [...range.getClientRects()];
    });
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const { parentElement: element, textContent: words } = texts.currentNode;
    if (!words.trim() || element.closest("script, style, template, select, textarea")) continue;
    if (!element.checkVisibility()) continue;
    const left = overflow(element, wordsOf(texts.currentNode));
    if (left) fault(`“${words.trim().slice(0, 40)}” leaves ${left}`);
  }
  return faults;
}
