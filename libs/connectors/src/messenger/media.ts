import type { MediaSource } from '../connector.js';
import { fetchMedia, onHosts } from '../fetch-media.js';

/** The URLs are signed and expire: fetch them soon. No credentials are needed, and none are sent. */
export const media: MediaSource = {
  fetch: (file, _channel, context) =>
    fetchMedia(
      {
        url: file.url,
        headers: {},
        allows: onHosts(['fbcdn.net', 'fbsbx.com', 'facebook.com', 'cdninstagram.com'], context.endpoints.metaGraphUrl),
      },
      context,
    ),
};
