texport interface Tour {
  id: number;
  title: string;
}

enum Path {
  Tours = '/v3/tours',
  Search = '/suggest',
}

export class Client {
  private readonly base = 'https://api.tours.example';

  constructor(private fetcher: typeof fetch) {}

  list(): Promise<Response> {
    return fetch(this.base + Path.Tours);
  }

  suggest(text: string): Promise<Response> {
    return fetch(`${import.meta.env.VITE_SEARCH}${Path.Search}?q=${text}`);
  }

  reviews(tour: Tour): Promise<Response> {
    return fetch(`${import.meta.env.VITE_REVIEWS}/tours/${tour.id}`);
  }
}

export async function load({ fetch }: { fetch: typeof window.fetch }) {
  return (await fetch('/api/session')).json();
}
