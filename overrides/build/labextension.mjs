export async function buildLabExtension() {}
