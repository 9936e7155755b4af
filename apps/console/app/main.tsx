import { render } from 'preact';
import { App } from './app.tsx';
import { startRouting } from './router.ts';
import { openSession } from './session.ts';
import { startTheme } from './theme.ts';
import './style/style.css';

startTheme();
startRouting();
void openSession();

const root = document.querySelector('#app');
if (root) render(<App />, root);
