import '@fontsource-variable/inter'
import '@fontsource-variable/jetbrains-mono'
import './app/tokens.css'
import './app/base.css'
import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { createApp } from 'vue'
import { retry } from './api/queries'
import App from './app/App.vue'
import { router } from './app/router'
import './app/theme'

const queries = new QueryClient({
  defaultOptions: { queries: { retry, staleTime: 10_000, refetchOnWindowFocus: true } },
})

createApp(App).use(router).use(VueQueryPlugin, { queryClient: queries }).mount('#app')
