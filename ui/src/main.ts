import { mount } from 'svelte';
import '@/styles/fonts.css';
import '@/styles/tokens.css';
import '@/styles/base.css';
import '@/styles/controls.css';
import App from '@/App.svelte';

async function start(): Promise<void> {
  // Outside the window, `npm run dev` shows the screens on invented data; a build leaves this out.
  if (import.meta.env.DEV && !('__TAURI_INTERNALS__' in window)) {
    const { installMock } = await import('@/dev/mock');
    await installMock();
  }
  const target = document.getElementById('app');
  if (target) mount(App, { target });
}

void start();
