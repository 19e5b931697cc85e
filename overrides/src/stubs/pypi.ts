/** Stands in for the kernel's wheel addresses; the wheels come from the course's lock. */
export const allJSONUrl = { default: '' };
export const pipliteWheelUrl = { default: '' };
