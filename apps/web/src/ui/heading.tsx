import { createContext, useContext } from 'react';
import type { HTMLAttributes } from 'react';

/** How deep a part stands: under a pane's own title (3) or, where that title is the page's, right under it (2). */
const Level = createContext<2 | 3>(3);
export const HeadingLevel = Level.Provider;

export function PartHeading(props: HTMLAttributes<HTMLHeadingElement>) {
  const Tag = useContext(Level) === 2 ? 'h2' : 'h3';
  return <Tag {...props} />;
}
