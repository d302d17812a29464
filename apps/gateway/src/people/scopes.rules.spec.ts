import { mayIssue, scopesAllow } from './scopes.rules.js';

describe('G4 scopes of API tokens', () => {
  it.each<[string[], string, string, boolean]>([
    [[], 'DELETE', '/api/v1/channels/1', true],
    [['manage'], 'DELETE', '/api/v1/channels/1', true],
    [['read'], 'GET', '/api/v1/conversations', true],
    [['read'], 'HEAD', '/api/v1/people', true],
    [['read'], 'POST', '/api/v1/conversations/1/replies', false],
    [['conversations'], 'POST', '/api/v1/conversations/1/replies', true],
    [['conversations'], 'GET', '/api/v1/changes', true],
    [['conversations'], 'GET', '/api/v1/people', false],
    [['conversations'], 'POST', '/api/v1/conversationsX', false],
    [['messages'], 'POST', '/api/v1/channels/1/messages', true],
    [['messages'], 'POST', '/api/v1/channels', false],
    [['messages'], 'GET', '/api/v1/conversations', false],
    [['messages'], 'POST', '/api/v1/channels/1/x/messages', false],
    [['messages', 'read'], 'GET', '/api/v1/people', true],
    [['unheard-of'], 'GET', '/api/v1/people', false],
  ])('%j may %s %s: %s', (scopes, method, path, allowed) => {
    expect(scopesAllow(scopes, method, path)).toBe(allowed);
  });

  it('a narrowed token makes none that may do more', () => {
    expect(mayIssue([], [])).toBe(true);
    expect(mayIssue(['read'], [])).toBe(false);
    expect(mayIssue(['read'], ['read', 'messages'])).toBe(false);
    expect(mayIssue(['read', 'messages'], ['messages'])).toBe(true);
  });
});
