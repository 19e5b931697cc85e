// A page with one cell, as Thebe's documentation connects it: server, session, notebook, cell.
const run = document.querySelector('#run');
const { api } = window.thebeCore;
const config = api.makeConfiguration({ useBinder: false, useJupyterLite: true, kernelOptions: { name: 'python' } });
const rendermime = api.makeRenderMimeRegistry();
const code = document.querySelector('#source').textContent;
const notebook = api.setupNotebookFromBlocks([{ id: 'first', source: code }], config, rendermime);
notebook.cells[0].attachToDOM(document.querySelector('#output'));

run.addEventListener('click', async () => {
  run.disabled = true;
  const server = api.connectToJupyterLite(config);
  await server.ready;
  const session = await server.startNewSession(rendermime);
  notebook.attachSession(session);
  await notebook.cells[0].execute();
});
document.documentElement.dataset.ready = 'yes';
