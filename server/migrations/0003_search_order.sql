-- What a search needs of each of its hits to sort and filter them, without reading the whole row.
CREATE INDEX customers_by_search ON customers (seq, sort_name, customer_id, association, manager_id);
