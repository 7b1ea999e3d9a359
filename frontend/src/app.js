// On every page: htmx, and what a page gains from scripts. Each function works without it.
import "htmx.org";

const menu = document.querySelector("details.menu");
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && menu?.open) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

/** An error summary takes the focus: it is what the reader must see first, on a new page and in a swapped part. */
const summarise = (root) => {
  const summary = root.querySelector?.(".ds-error-summary:not([data-still] *)");
  if (!summary) return;
  // a form sends its page's #place along, and the browser would take the focus there
  if (location.hash) history.replaceState(history.state, "", location.pathname + location.search);
  summary.focus();
};
summarise(document);
document.addEventListener("htmx:after:swap", () => summarise(document));

/** `data-copies="id"`: a button that copies the text of #id. It is hidden until scripts run. */
for (const button of document.querySelectorAll("button[data-copies]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copies).textContent);
    button.querySelector("[data-said]").textContent = button.dataset.done;
  });
}
