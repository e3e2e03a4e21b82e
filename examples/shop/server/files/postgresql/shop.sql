-- The shop's database. Everything is computed, so each build of the sample holds the same rows.
SET client_encoding = 'UTF8';
SET ROLE shop;

CREATE TABLE category (
    id integer PRIMARY KEY,
    name text NOT NULL UNIQUE
);
INSERT INTO category VALUES
    (1, 'Schrauben & Dübel'), (2, 'Werkzeug'), (3, 'Farben, Lacke, Öle'), (4, 'Gartengeräte'),
    (5, 'Türbeschläge'), (6, 'Straßenbau');

CREATE TABLE product (
    id serial PRIMARY KEY,
    sku varchar(12) NOT NULL UNIQUE,
    name text NOT NULL,
    category_id integer NOT NULL REFERENCES category (id),
    price numeric(8, 2) NOT NULL CHECK (price > 0),
    stock integer NOT NULL DEFAULT 0,
    active boolean NOT NULL DEFAULT true,
    added timestamp with time zone NOT NULL
);
INSERT INTO product (sku, name, category_id, price, stock, active, added)
SELECT 'MW-' || lpad(n::text, 5, '0'),
       (ARRAY['Sechskantschraube', 'Spreizdübel', 'Schlüsselsatz', 'Größenlehre', 'Heckenschere', 'Türgriff „Köln“'])[1 + n % 6]
           || ' ' || (ARRAY['M6', 'M8', 'groß', 'klein', 'weiß'])[1 + n % 5] || ' Nr. ' || n,
       1 + n % 6,
       round(1.49 + (n * 37 % 900) / 10.0, 2),
       n * 13 % 250,
       n % 17 <> 0,
       timestamptz '2011-04-01 08:00:00+02' + n * interval '9 days 5 hours'
FROM generate_series(1, 320) AS n;
CREATE INDEX product_name_idx ON product (lower(name));

CREATE TABLE product_image (
    product_id integer PRIMARY KEY REFERENCES product (id),
    media_type text NOT NULL,
    content bytea NOT NULL
);
INSERT INTO product_image
SELECT n, 'image/png', decode('89504e470d0a1a0a', 'hex') || decode(repeat(md5(n::text), 24), 'hex')
FROM generate_series(1, 60) AS n;

CREATE TABLE customer (
    id serial PRIMARY KEY,
    name text NOT NULL,
    city text NOT NULL,
    email text UNIQUE
);
INSERT INTO customer (name, city, email)
SELECT (ARRAY['Jürgen', 'Käthe', 'Björn', 'Zoë', 'Łukasz', 'Ayşe'])[1 + n % 6] || ' '
           || (ARRAY['Müller', 'Groß', 'Weiß', 'Schäfer', 'O''Neill'])[1 + n % 5],
       (ARRAY['Köln', 'München', 'Düsseldorf', 'Gießen', 'Görlitz', 'Lübeck', 'Bad Tölz'])[1 + n % 7],
       CASE WHEN n % 9 = 0 THEN NULL ELSE 'kunde' || n || '@example.org' END
FROM generate_series(1, 210) AS n;

CREATE TABLE customer_order (
    id serial PRIMARY KEY,
    invoice_no integer NOT NULL UNIQUE,
    customer_id integer NOT NULL REFERENCES customer (id),
    ordered timestamp with time zone NOT NULL,
    note text
);
CREATE SEQUENCE invoice_no_seq START 20110001 INCREMENT 3;
INSERT INTO customer_order (invoice_no, customer_id, ordered, note)
SELECT nextval('invoice_no_seq'), 1 + n * 7 % 210, timestamptz '2012-01-02 09:00:00+01' + n * interval '5 days 3 hours',
       CASE n % 5 WHEN 0 THEN 'Lieferung	an Tür' || E'\n' || 'läuten' WHEN 1 THEN '' ELSE NULL END
FROM generate_series(1, 400) AS n;

CREATE TABLE order_item (
    order_id integer NOT NULL REFERENCES customer_order (id),
    product_id integer NOT NULL REFERENCES product (id),
    quantity integer NOT NULL,
    PRIMARY KEY (order_id, product_id)
);
INSERT INTO order_item
SELECT o, 1 + (o * 11 + k * 29) % 320, 1 + (o + k) % 4
FROM generate_series(1, 400) AS o, generate_series(0, 2) AS k;

CREATE VIEW stock_value AS
SELECT c.name AS category, count(*) AS products, sum(p.stock) AS pieces, sum(p.stock * p.price) AS value
FROM product p JOIN category c ON c.id = p.category_id
WHERE p.active
GROUP BY c.name;

GRANT SELECT ON stock_value TO auswertung;
