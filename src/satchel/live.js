// @ts-check
/**
 * What `--serve` adds to the pages that it serves: it reloads them when there is a new edition of the site, and says why
 * there is none. It is never part of a built site.
 */
(() => {
  /** @typedef {{ edition: string, building: boolean, problem: string }} News */

  const { edition = '' } = /** @type {HTMLScriptElement} */ (document.currentScript).dataset;
  const MEMORY = 'satchel-live';
  const STYLE = `
    :host { all: initial; position: fixed; z-index: 2000; top: .75rem; left: 50%; translate: -50% 0; width: max-content; max-width: min(42rem, calc(100vw - 2rem)); }
    div { display: flex; flex-wrap: wrap; align-items: center; gap: .35rem .75rem; padding: .5rem .9rem; font: .875rem/1.45 system-ui, sans-serif;
      color: #f4f6f8; background: #222832; border: 1px solid #5b6675; border-radius: 8px; box-shadow: 0 6px 20px rgb(0 0 0 / 30%); }
    div[data-state="problem"] { border-left: 4px solid #ff9a92; }
    p { flex: 1 1 14rem; margin: 0; white-space: pre-line; overflow-wrap: anywhere; max-height: 50vh; overflow: auto; }
    button { min-height: 28px; padding: .1rem .75rem; font: inherit; color: inherit; background: none; border: 1px solid #9aa5b4; border-radius: 6px; cursor: pointer; }
    button:focus-visible { outline: 2px solid #86b7ff; outline-offset: 2px; }
    [hidden] { display: none !important; }`;

  const host = document.createElement('satchel-live');
  const shadow = host.attachShadow({ mode: 'open' });
  const box = document.createElement('div');
  const words = document.createElement('p');
  const reload = button('Reload', renew);
  const close = button('Close', () => { dismissed = words.textContent ?? ''; show('none', ''); });
  let dismissed = '';
  box.setAttribute('role', 'status');
  box.append(words, reload, close);
  const style = document.createElement('style');
  style.textContent = STYLE;
  shadow.append(style, box);
  document.body.append(host);
  show('none', '');

  /** @param {string} label @param {() => void} act */
  function button(label, act) {
    const made = document.createElement('button');
    made.type = 'button';
    made.textContent = label;
    made.addEventListener('click', act);
    return made;
  }

  /** @param {'none' | 'building' | 'problem' | 'newer'} state @param {string} text */
  function show(state, text) {
    host.dataset.state = box.dataset.state = state;
    box.hidden = state === 'none';
    if (words.textContent !== text) words.textContent = text;
    reload.hidden = state !== 'newer';
    close.hidden = state === 'building';
  }

  /** Whether a reload would cost something: a cell at work, texts that are not saved, or an open notebook. */
  function busy() {
    return location.pathname.startsWith('/lite/')
      || document.querySelector('[data-run="running"], [data-run="queued"], [data-kernel="busy"], [data-storage="failed"], [data-storage="unavailable"]') !== null;
  }

  function renew() {
    try {
      sessionStorage.setItem(MEMORY, JSON.stringify({ path: location.pathname, x: scrollX, y: scrollY }));
    } catch { /* Then the page begins at its top. */ }
    location.reload();
  }

  /** Goes back to where the author was before the reload, once the page has its full height. */
  async function comeBack() {
    let left = null;
    try {
      left = JSON.parse(sessionStorage.getItem(MEMORY) ?? 'null');
      sessionStorage.removeItem(MEMORY);
    } catch { /* There is nothing to come back to. */ }
    if (left?.path !== location.pathname) return;
    await /** @type {any} */ (window).satchel?.ready;
    requestAnimationFrame(() => { scrollTo({ left: left.x, top: left.y, behavior: 'instant' }); });
  }

  /** @param {News} news */
  function hear(news) {
    if (news.edition !== '' && news.edition !== edition) {
      if (busy()) show('newer', 'There is a new version of this page.');
      else renew();
    } else if (news.building) show('building', 'Building…');
    else if (news.problem !== '' && news.problem !== dismissed) show('problem', news.problem);
    else if (news.problem === '') {
      dismissed = '';
      show('none', '');
    } else show('none', '');
  }

  /** @type {EventSource | null} */
  let source = null;

  /** A page that nobody sees does not listen: a browser opens only a few lines to one server. */
  function listen() {
    if (document.hidden) {
      source?.close();
      source = null;
    } else if (source === null) {
      source = new EventSource('/.satchel/news');
      source.addEventListener('message', ({ data }) => { hear(JSON.parse(data)); });
    }
  }

  document.addEventListener('visibilitychange', listen);
  addEventListener('pagehide', () => { source?.close(); source = null; });
  addEventListener('pageshow', listen);
  void comeBack();
  listen();
})();
