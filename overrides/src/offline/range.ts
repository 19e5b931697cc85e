/** Pieces of files: what a `Range` header asks for. Players of sound and film ask for nothing else. */

/** First byte and the one after the last. */
export type Piece = { readonly from: number; readonly to: number };

/** The piece that `header` asks for of `size` bytes; `null` for the whole, `'none'` where the file has no such piece. */
export function pieceOf(header: string | null, size: number): Piece | null | 'none' {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  // Several pieces at once, or other units: a server may answer with the whole.
  if (first === undefined || last === undefined || (first === '' && last === '')) return null;
  if (first === '') return Number(last) === 0 || size === 0 ? 'none' : { from: Math.max(0, size - Number(last)), to: size };
  const from = Number(first);
  const to = last === '' ? size : Math.min(size, Number(last) + 1);
  if (last !== '' && Number(last) < from) return null;
  return from >= size ? 'none' : { from, to };
}

/** The piece of a whole answer that the header asks for, as a server would send it. */
export async function piece(whole: Response, asked: string): Promise<Response> {
  const content = await whole.blob();
  const part = pieceOf(asked, content.size);
  const type = whole.headers.get('content-type') ?? '';
  if (part === null) return new Response(content, { headers: { 'content-type': type } });
  if (part === 'none') return new Response(null, { status: 416, headers: { 'content-range': `bytes */${content.size}` } });
  return new Response(content.slice(part.from, part.to, type), {
    status: 206,
    headers: { 'content-type': type, 'content-range': `bytes ${part.from}-${part.to - 1}/${content.size}` },
  });
}
