// Runs in every page before its own scripts: notes when the reader's hand arrives and when the awaited output is there.
//
// All times are milliseconds since 1970, so that they compare between pages, and with what Python prints.
(() => {
  const now = () => performance.timeOrigin + performance.now();
  const bench = { started: null, finished: null };
  window.satchelBench = bench;

  /** The output of the run that began at `since`: its text says when it ran, and a figure has its picture. */
  const there = ({ selector, figure, since }) => {
    const output = document.querySelector(selector);
    const said = /first result at (\d+\.\d+)/.exec(output?.textContent ?? '');
    if (said === null || Number(said[1]) * 1000 < since) return false;
    if (!figure) return true;
    return [...output.querySelectorAll('img')].some((image) => image.complete && image.naturalWidth > 0);
  };

  /** Watches until the output is there. Without `since` the start is the first move of the mouse from now on. */
  bench.watch = (wanted) => {
    Object.assign(bench, { started: wanted.since ?? null, finished: null });
    const arrived = (event) => { bench.started ??= performance.timeOrigin + event.timeStamp; };
    for (const type of ['pointermove', 'mousemove', 'pointerdown', 'mousedown']) addEventListener(type, arrived, true);
    const look = () => {
      if (bench.finished !== null || bench.started === null) return;
      // Python's clock and the page's may differ by a millisecond of rounding.
      if (!there({ ...wanted, since: bench.started - 5 })) return;
      bench.finished = now();
      observer.disconnect();
    };
    const observer = new MutationObserver(look);
    observer.observe(document, { subtree: true, childList: true, characterData: true });
    document.addEventListener('load', look, true);
    look();
  };
})();
