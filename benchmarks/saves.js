// Notes on every page when a delayed save begins and when the browser says that it is on disk.
(() => {
  const notes = (window.savingNotes = { saves: [], typed: 0, timer: null });
  const later = window.setTimeout;
  // The page's own delay between a key and the save; no other part of it waits as long.
  window.setTimeout = (act, delay, ...rest) => later(delay !== 250 ? act : () => {
    notes.timer = performance.now();
    act();
  }, delay, ...rest);
  const transaction = IDBDatabase.prototype.transaction;
  IDBDatabase.prototype.transaction = function (stores, mode, options) {
    const opened = transaction.call(this, stores, mode, options);
    if (mode === 'readwrite') {
      const save = { timer: notes.timer, began: performance.now(), durability: opened.durability, typed: notes.typed };
      notes.timer = null;
      opened.addEventListener('complete', () => notes.saves.push({ ...save, complete: performance.now() }));
    }
    return opened;
  };
  addEventListener('input', () => { notes.typed = performance.now(); }, true);
})();
