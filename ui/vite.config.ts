import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [svelte()],
  clearScreen: false,
  server: { port: 1420, strictPort: true, host: '127.0.0.1', fs: { allow: ['..'] } },
  build: {
    // WebKitGTK of Debian 12 and Ubuntu 24.04, WKWebView and WebView2 of the same years.
    target: ['es2022', 'safari16.4'],
    chunkSizeWarningLimit: 1200,
    // The CSP allows no data: fonts.
    assetsInlineLimit: 0,
  },
  resolve: {
    alias: { '@': new URL('./src', import.meta.url).pathname },
    // Vitest would otherwise take Svelte's server build.
    ...(process.env.VITEST ? { conditions: ['browser'] } : {}),
  },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.ts'],
  },
});
