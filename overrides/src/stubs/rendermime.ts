/** Stands in for thebe-core's renderers; cells here always bring their own (`kernel/outputs.ts`). */
export function makeRenderMimeRegistry(): never {
  throw new Error('A cell needs its renderers: pass the registry of kernel/outputs.ts');
}

export function getRenderers(): never {
  return makeRenderMimeRegistry();
}
