// Lets RaspiSMS be installed like an app. Browsers allow it over https and on this machine only.
const script = new URL("../../service-worker.js", import.meta.url).pathname;

// Nothing where the browser has no service workers, or refuses this one.
export async function register() {
  if (!isSecureContext || !navigator.serviceWorker) return null;
  try {
    return await navigator.serviceWorker.register(script);
  } catch {
    return null; // private windows and settings of the browser: the pages work without it
  }
}

register();
