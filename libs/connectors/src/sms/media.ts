import type { MediaSource } from '../connector.js';
import { fetchMedia, onHosts } from '../fetch-media.js';

export const media: MediaSource = {
  fetch(file, channel, context) {
    const account = `${String(channel.config['accountSid'])}:${channel.secrets[0]?.['authToken'] ?? ''}`;
    return fetchMedia(
      {
        url: file.url,
        headers: { authorization: `Basic ${Buffer.from(account).toString('base64')}` },
        // Twilio redirects to its CDN, which lives under these names.
        allows: onHosts(['twilio.com', 'twiliocdn.com', 's3-external-1.amazonaws.com'], context.endpoints.twilioApiUrl),
      },
      context,
    );
  },
};
