import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

const server = process.env.STUDIO_SERVER ?? 'http://127.0.0.1:3000'

export default defineConfig({
  plugins: [vue()],
  build: {
    outDir: process.env.STUDIO_STATIC ?? '../src/debiai_studio/http/static',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    target: 'es2022',
    chunkSizeWarningLimit: 900,
  },
  server: { proxy: { '/api': { target: server, changeOrigin: true } } },
  test: { environment: 'happy-dom', include: ['src/**/*.test.ts'] },
})
