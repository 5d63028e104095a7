ximport { useEffect, useState } from 'react';

const SOURCES = ['https://api.tours.example/photos', 'https://photos.example/feed'] as const;

export function Gallery({ tour }: { tour: number }) {
  const [photos, setPhotos] = useState<string[]>([]);
  useEffect(() => {
    SOURCES.forEach((source) => {
      fetch(`${source}?tour=${tour}`)
        .then((response) => response.json())
        .then((more) => setPhotos((all) => [...all, ...more]));
    });
  }, [tour]);
  return (
    <ul>
      {photos.map((photo) => (
        <li key={photo}>
          <a href={photo} ping="https://api.tours.example/seen">
            {photo}
          </a>
        </li>
      ))}
    </ul>
  );
}
