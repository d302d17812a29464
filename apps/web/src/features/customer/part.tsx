import type { ReactNode } from 'react';
import { PartHeading } from '../../ui/heading.js';

/** A heading and what stands under it; no boxes, only room. */
export function Part({ title, action, children }: { title: string; action?: ReactNode; children: ReactNode }) {
  return (
    <section>
      <div className="mb-1.5 flex min-h-6 items-center justify-between gap-2">
        <PartHeading className="m-0 text-sm font-medium text-faint">{title}</PartHeading>
        {action}
      </div>
      {children}
    </section>
  );
}
