/** "from 127.0.0.1" where nobody has a token, "by token 1a2b3c4d at 10.0.0.9" where they do. */
export function authorInWords(author: string): string {
  if (!author) return ''
  return author.startsWith('no token at ') ? author.replace('no token at', 'from') : `by ${author}`
}
