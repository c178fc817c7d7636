/** The page's own question: a small box in a corner, or whatever the page draws in its place. */

export interface Question {
  title: string;
  text: string;
  yes: string;
  no: string;
}

const STYLE = `:host{all:initial;position:fixed;inset:auto 16px 16px auto;z-index:2147483000;max-width:min(22rem,calc(100vw - 32px))}
div{font:15px/1.4 system-ui,sans-serif;color:#1a1a1a;background:#fff;border:1px solid #d5d5d5;border-radius:10px;box-shadow:0 6px 24px #0003;padding:16px}
strong{display:block;margin:0 0 4px}p{margin:0 0 12px}
button{font:inherit;padding:7px 14px;border-radius:6px;border:1px solid #767676;background:#fff;color:inherit;margin:0 8px 0 0;cursor:pointer}
button.yes{background:#1a1a1a;color:#fff}button:focus-visible{outline:3px solid #4a90e2;outline-offset:2px}
@media(prefers-color-scheme:dark){div{background:#222;color:#eee;border-color:#444}button{background:#222;border-color:#999}button.yes{background:#eee;color:#111}}`;

/**
 * Asks, and tells whether the answer was yes.
 *
 * A page that draws it itself listens to `stepwell:push`, calls `preventDefault()`, and then `detail.answer(yes)`;
 * the yes must come from a click, for browsers ask only then.
 */
export function question(asked: Question): Promise<boolean> {
  return new Promise((answer) => {
    const detail = { ...asked, answer };
    if (!document.dispatchEvent(new CustomEvent("stepwell:push", { cancelable: true, detail }))) return;
    const host = document.createElement("div");
    host.setAttribute("data-stepwell-ignore", "");
    const root = host.attachShadow({ mode: "open" });
    const box = document.createElement("div");
    box.setAttribute("role", "dialog");
    box.setAttribute("aria-label", asked.title || asked.text);
    const end = (yes: boolean): void => {
      host.remove();
      answer(yes);
    };
    const put = (tag: string, text: string, parent: Node = box): HTMLElement => {
      const element = document.createElement(tag);
      element.textContent = text;
      parent.appendChild(element);
      return element;
    };
    put("style", STYLE, root);
    if (asked.title) put("strong", asked.title);
    put("p", asked.text);
    const yes = put("button", asked.yes);
    yes.className = "yes";
    yes.onclick = () => end(true);
    put("button", asked.no).onclick = () => end(false);
    box.onkeydown = (event) => event.key === "Escape" && end(false);
    root.appendChild(box);
    document.body.appendChild(host);
  });
}
