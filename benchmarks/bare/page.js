// Starts the worker and shows the first thing that Python prints.
window.startedAt = performance.now();
const worker = new Worker('worker.js', { type: 'module' });
worker.onmessage = ({ data }) => { document.querySelector('#output').textContent += `${data}\n`; };
