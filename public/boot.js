// Runs before the first paint: sets the language and the theme, so that neither flashes, and starts to
// fetch the texts while the app itself is still on its way. The build fills in the languages.
(() => {
  const languages = [/* languages */]; // [code, own name, direction, file]
  const stored = (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null; // storage may be forbidden
    }
  };
  const matching = (wanted) =>
    wanted && languages.find(([code]) => wanted === code || wanted.toLowerCase().startsWith(`${code}-`));
  const wanted = [stored("language"), ...(navigator.languages || [])];
  const language = wanted.map(matching).find(Boolean) || languages[0];

  const root = document.documentElement;
  root.lang = language[0];
  root.dir = language[2];
  const theme = stored("theme");
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;

  // A failed call is made again by the app, which can say so.
  const texts = fetch(language[3]).then((answer) => (answer.ok ? answer.text() : null), () => null);
  window.partnerCenter = { languages, language: language[0], texts };

  const fail = (why) => {
    const show = () => {
      document.getElementById("start")?.setAttribute("hidden", "");
      const box = document.getElementById("fatal");
      for (const text of box.querySelectorAll("[data-why]")) text.hidden = text.dataset.why !== why;
      box.hidden = false;
    };
    document.readyState === "loading" ? addEventListener("DOMContentLoaded", show) : show();
  };
  window.partnerCenter.fail = fail;
  if (typeof WebAssembly !== "object") fail("wasm");
  // The app's files may be gone after an update of the server, or the line may have broken.
  addEventListener("error", (event) => {
    const lost = event.target instanceof HTMLScriptElement || event.target instanceof HTMLLinkElement;
    // What the browser cannot compile ends the app's script with an error of the window itself.
    if (lost || (!window.partnerCenter.running && event.target === window)) fail("failed");
  }, true);
  addEventListener("unhandledrejection", (event) => {
    if (!window.partnerCenter.running && event.reason instanceof Error) fail("failed");
  });
})();
