/** Addresses that name a cell: `#cell:<id>`, in the book and in the notebook view alike. */
import { isRecord } from '../../boot/protocol.ts';

const PREFIX = '#cell:';

/** The part of a notebook's cell that is asked here. */
export interface LinkedCell {
  getMetadata(key: string): unknown;
}

/** The identity under which the book knows the cell, or null for a cell that the book does not have. */
export function identityOf(cell: LinkedCell): string | null {
  const satchel = cell.getMetadata('satchel');
  return isRecord(satchel) && typeof satchel.cell === 'string' ? satchel.cell : null;
}

/** The hash that names the cell, or nothing. */
export function hashOf(id: string | null): string {
  return id === null ? '' : PREFIX + encodeURIComponent(id);
}

/** The cell that a hash names, or null. */
export function cellIn(hash: string): string | null {
  if (!hash.startsWith(PREFIX)) return null;
  try {
    return decodeURIComponent(hash.slice(PREFIX.length));
  } catch {
    // A percent sign that stands for nothing: a link cut short on its way.
    return null;
  }
}
