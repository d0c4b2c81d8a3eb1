/** What this tab knows of its connection: the token, whether one is demanded, whether it is lost. */
import { reactive } from 'vue'

const KEY = 'studio-token'

export const session = reactive({
  token: sessionStorage.getItem(KEY),
  tokenDemanded: false,
  lost: false,
})

export function setToken(token: string) {
  session.token = token.trim() || null
  if (session.token) sessionStorage.setItem(KEY, session.token)
  else sessionStorage.removeItem(KEY)
}

/** Names this tab to the server, which runs only the newest question of each. */
export const CLIENT_ID = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) =>
  byte.toString(16).padStart(2, '0'),
).join('')
