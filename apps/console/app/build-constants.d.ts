/** The path that the console is served under, without a slash at its end; put in by build.mjs. */
declare const CONSOLE_BASE: string;

declare module '*.css';
