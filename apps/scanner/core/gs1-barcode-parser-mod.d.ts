declare module 'gs1-barcode-parser-mod' {
  /** `raw`: the characters after the application identifier, as they were read. */
  type ParsedElement = { readonly ai: string; readonly raw: string };
  const parser: {
    /** @throws a text, or an Error, for what is no element string */
    parseBarcode(code: string): { readonly parsedCodeItems: readonly ParsedElement[] };
  };
  export default parser;
}
