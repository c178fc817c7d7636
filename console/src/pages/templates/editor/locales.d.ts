/** Texts of the block editor; the packages type their code only. */
declare module "grapesjs/locale/de.mjs" {
  const texts: Record<string, unknown>;
  // eslint-disable-next-line no-restricted-syntax -- so the package has it
  export default texts;
}
declare module "grapesjs-mjml/locale/de" {
  const texts: Record<string, unknown>;
  // eslint-disable-next-line no-restricted-syntax -- so the package has it
  export default texts;
}
