/**
 * Web chat has no provider to send to: gateway's realtime holds the visitors' sockets, emits the reply to them and
 * appends the delivery state itself. So there is no `Sender` here, on purpose.
 */
export const send = undefined;
