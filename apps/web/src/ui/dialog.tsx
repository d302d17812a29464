import { lazy, Suspense } from 'react';
import type { ReactNode } from 'react';
import type { DialogProps } from './dialog-props.js';

const DialogRoom = lazy(() => import('./dialog-room.js'));

/** A question that must be answered or closed. Its machinery is fetched with the first question, not with the page. */
export function Dialog(props: DialogProps) {
  if (!props.open) return null;
  return (
    <Suspense fallback={null}>
      <DialogRoom {...props} />
    </Suspense>
  );
}

/** The row of buttons that ends a dialog. */
export const DialogActions = ({ children }: { children: ReactNode }) => (
  <div className="mt-5 flex flex-wrap justify-end gap-2">{children}</div>
);
