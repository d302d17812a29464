import './ui/styles.css';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { isProblem } from './api/problem.js';
import { App } from './app.js';
import { startLanguage } from './i18n/index.js';
import { SessionProvider } from './session.js';
import { startTheme } from './ui/theme.js';

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      retry: (count, error) => isProblem(error) && error.passing && count < 3,
      refetchOnWindowFocus: false,
      staleTime: 5_000,
    },
  },
});

startTheme();
await startLanguage();
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <SessionProvider>
        <App />
      </SessionProvider>
    </QueryClientProvider>
  </StrictMode>,
);
