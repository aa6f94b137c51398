import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// The preview reaches the app over the sandbox's network, so it has to listen on every address and to
// accept the preview's host names. Hot reload needs no setting: its client talks to the page's own origin.
const reachable = { host: true, strictPort: true, allowedHosts: ['.preview.localhost'] };

export default defineConfig({
  plugins: [react()],
  server: { ...reachable, port: 5173 },
  preview: { ...reachable, port: 4173 },
  test: { environment: 'node', include: ['src/**/*.test.{ts,tsx}'] },
});
