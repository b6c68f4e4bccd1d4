const told = document.querySelector('meta[name="csp-nonce"]')?.getAttribute('content')

/** The word by which the page's policy lets in a style that a part makes while it runs; undefined while developing. */
export const nonce = told && told !== '__NONCE__' ? told : undefined
