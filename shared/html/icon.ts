const picture =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#1d4ed8"/>' +
  '<path d="M8 25V13l8-6 8 6v12h-5v-7h-6v7z" fill="#fff"/></svg>'

/** The icon of a page, inside of it: its policy must allow `img-src data:`. */
export const icon = `<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(picture)}">`
