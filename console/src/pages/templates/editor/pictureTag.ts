/** A picture as a message writes it; its height follows the width, so that nothing jumps while it is loaded. */
export function pictureTag(picture: { url: string; width: number; height: number }, alt: string, width: number, mjml: boolean): string {
  const words = alt.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
  if (mjml) return `<mj-image src="${picture.url}" alt="${words}" width="${width}px" />`;
  const height = Math.round((picture.height / Math.max(1, picture.width)) * width);
  return `<img src="${picture.url}" alt="${words}" width="${width}" height="${height}" style="display:block;max-width:100%;height:auto;border:0">`;
}
