/** Sends a file to the server, telling how much has gone. */
import { LOST, problemOf } from '../api/problem'
import { CLIENT_ID, session } from '../api/session'

export interface Upload {
  /** The id under which the server keeps the file; throws a ProblemError. */
  done: Promise<string>
  cancel: () => void
}

/** `fetch` cannot tell the progress of an upload, so this is an XMLHttpRequest. */
export function uploadFile(file: File, onProgress: (share: number) => void): Upload {
  const request = new XMLHttpRequest()
  const done = new Promise<string>((resolve, reject) => {
    request.open('POST', `/api/v2/imports/files?name=${encodeURIComponent(file.name)}`)
    request.responseType = 'json'
    request.setRequestHeader('Content-Type', 'application/octet-stream')
    request.setRequestHeader('Studio-Client', CLIENT_ID)
    if (session.token) request.setRequestHeader('Authorization', `Bearer ${session.token}`)
    request.upload.onprogress = (event) => {
      if (event.lengthComputable && event.total > 0) onProgress(event.loaded / event.total)
    }
    request.onload = () => {
      const body = request.response as unknown
      if (request.status === 401) session.tokenDemanded = true
      if (request.status < 300 && body !== null) resolve((body as { file_id: string }).file_id)
      else reject(problemOf(body, new Response(null, { status: request.status || 500 })))
    }
    request.onerror = () => reject(LOST)
    request.onabort = () => reject(new DOMException('The upload was stopped.', 'AbortError'))
    request.send(file)
  })
  return { done, cancel: () => request.abort() }
}
