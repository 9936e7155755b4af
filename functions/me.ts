import { httpRoute, peopleRoute, signIn } from './edge/http.ts';

/** For everybody: whoever wants to sign in has to learn how. */
httpRoute('sign-in', {
  role: 'everybody',
  route: 'sign-in',
  methods: ['GET'],
  handler: async () => ({ jsonBody: { kind: signIn.kind } }),
});

/** Who has signed in, and what they may do. */
peopleRoute('people-me', {
  role: 'reader',
  route: 'me',
  methods: ['GET'],
  handler: async (_request, _context, person) => ({ jsonBody: person }),
});
