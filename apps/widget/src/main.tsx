import { render } from 'preact';
import { Chat } from './chat/chat.js';
import { Host } from './host.js';
import { Widget } from './view/widget.js';
import { speechFor } from './words/words.js';
import './frame.css';

const root = document.getElementById('kairos')!;
const { websiteToken, title, language } = root.dataset;
const query = new URLSearchParams(location.search);
const speech = speechFor([language, query.get('lang')], navigator.languages);
document.documentElement.lang = speech.language;
document.documentElement.dir = speech.direction;
document.title = title || speech.words.chat;

const chat = new Chat(websiteToken!);
const host = new Host(query.get('host'), (identity) => chat.become(identity));
render(<Widget chat={chat} host={host} speech={speech} title={title || null} />, root);
chat.connect();
