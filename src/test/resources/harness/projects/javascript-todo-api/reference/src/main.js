import { createApi } from './api.js';
import { Store } from './store.js';

const port = Number(process.env.PORT ?? 3000);
createApi(new Store()).listen(port, '0.0.0.0', () => console.log(`listening on ${port}`));
