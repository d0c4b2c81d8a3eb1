/** How columns are written in expressions. */
const WORDS = new Set(['and', 'or', 'not', 'true', 'false', 'missing', 'nan', 'inf'])

/** A column's name as an expression has it: odd ones in brackets. */
export function quoted(name: string): string {
  const plain = /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) && !WORDS.has(name.toLowerCase())
  return plain ? name : `[${name.replaceAll(']', ']]')}]`
}

/** Whether something is a function with parentheses, and no operator. */
export const isCall = (name: string): boolean => /^\w+$/.test(name) && !WORDS.has(name)

/** The columns of a project as expressions name them; results once, whatever models have them. */
export function namesIn(columns: { name: string; model?: string | null }[]): { name: string; isResult: boolean }[] {
  const ofSamples = columns.filter((one) => !one.model).map((one) => one.name)
  const ofModels = [...new Set(columns.filter((one) => one.model).map((one) => one.name))]
  return [
    ...ofSamples.map((name) => ({ name, isResult: false })),
    ...ofModels.map((name) => ({ name: ofSamples.includes(name) ? `${name} (result)` : name, isResult: true })),
  ]
}
