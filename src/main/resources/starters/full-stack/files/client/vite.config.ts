import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  build: { outDir: '../dist', emptyOutDir: true },
  // Reachable from outside the machine it runs on, and under the host names of previews.
  server: {
    host: true,
    port: 5173,
    strictPort: true,
    allowedHosts: ['.preview.localhost'],
    proxy: { '/api': 'http://127.0.0.1:3000' },
  },
});
