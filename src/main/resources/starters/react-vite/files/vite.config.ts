import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// Reachable from outside the machine it runs on, and under the host names of previews.
const reachable = { host: true, strictPort: true, allowedHosts: ['.preview.localhost'] };

export default defineConfig({
  plugins: [react()],
  server: { ...reachable, port: 5173 },
  preview: { ...reachable, port: 4173 },
  test: { environment: 'node', include: ['src/**/*.test.{ts,tsx}'] },
});
