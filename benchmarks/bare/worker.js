// Pyodide as its documentation loads it, and nothing else.
import { loadPyodide } from './pyodide/pyodide.mjs';

const pyodide = await loadPyodide({ stdout: (text) => postMessage(text) });
pyodide.runPython('import time\n\nprint("first result at", time.time())');
