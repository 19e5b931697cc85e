/** Styles as text, as the extension's build takes them in. */
declare module '*.css' {
  const text: string;
  export default text;
}
