/** Takes the text of a server-sent event stream apart, in whatever pieces it comes. */
export interface ServerEvent {
  event: string
  data: string
}

export class EventText {
  private rest = ''

  /** The events that are complete after this piece. */
  push(piece: string): ServerEvent[] {
    const blocks = (this.rest + piece).replaceAll('\r\n', '\n').split('\n\n')
    this.rest = blocks.pop() ?? ''
    return blocks.flatMap((block) => {
      let event = 'message'
      const data: string[] = []
      for (const line of block.split('\n')) {
        if (line.startsWith('event:')) event = line.slice(6).trim()
        else if (line.startsWith('data:')) data.push(line.slice(5).trimStart())
      }
      return data.length > 0 ? [{ event, data: data.join('\n') }] : []
    })
  }
}
