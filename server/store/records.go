package store

import (
	"bytes"
	"context"
	"fmt"

	bolt "go.etcd.io/bbolt"
)

// Change writes a record, or deletes it when Value is nil.
type Change struct {
	Bucket, Key string
	Value       []byte
}

// Apply writes all changes in one commit or none, and returns once they are on disk. The values belong to the store until
// Apply returns; when ctx ends first they belong to it for good.
func (s *Store) Apply(ctx context.Context, changes ...Change) error {
	size := 0
	for _, c := range changes {
		if err := checkName(c.Bucket); err != nil {
			return err
		}
		if err := checkName(c.Key); err != nil {
			return err
		}
		if len(c.Value) > RecordBytesMax {
			return ErrTooLarge
		}
		size += len(c.Bucket) + len(c.Key) + len(c.Value)
	}
	return s.do(ctx, job{kind: jobRecords, changes: changes}, size)
}

// Put writes one record.
func (s *Store) Put(ctx context.Context, bucket, key string, value []byte) error {
	if value == nil {
		value = []byte{}
	}
	return s.Apply(ctx, Change{bucket, key, value})
}

// Delete removes a record; one that is not there is no error.
func (s *Store) Delete(ctx context.Context, bucket, key string) error {
	return s.Apply(ctx, Change{bucket, key, nil})
}

// Get returns a copy of a record, nil when there is none.
func (s *Store) Get(_ context.Context, bucket, key string) (value []byte, err error) {
	if checkName(bucket) != nil || checkName(key) != nil {
		return nil, ErrName
	}
	err = s.view(func(tx *bolt.Tx) error {
		k := recordKey(bucket, key)
		v := tx.Bucket(bucketRec).Get(k)
		if v == nil {
			return nil
		}
		payload, what := unseal(bucketRec, k, v)
		if what != "" {
			return s.recordDamage(bucket, key, what)
		}
		value = append([]byte{}, payload...)
		return nil
	})
	return value, err
}

// Scan calls each with copies of the records of a bucket whose key begins with prefix, in key order.
func (s *Store) Scan(_ context.Context, bucket, prefix string, each func(key string, value []byte) error) error {
	if err := checkName(bucket); err != nil {
		return err
	}
	type record struct {
		key   string
		value []byte
	}
	var records []record
	err := s.view(func(tx *bolt.Tx) error {
		start := recordKey(bucket, prefix)
		cursor := tx.Bucket(bucketRec).Cursor()
		for k, v := cursor.Seek(start); bytes.HasPrefix(k, start); k, v = cursor.Next() {
			key := string(k[len(bucket)+1:])
			payload, what := unseal(bucketRec, k, v)
			if what != "" {
				return s.recordDamage(bucket, key, what)
			}
			records = append(records, record{key, bytes.Clone(payload)})
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, r := range records {
		if err := each(r.key, r.value); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) recordDamage(bucket, key, what string) error {
	return &DamageError{Path: s.path, What: fmt.Sprintf("record %s/%s: %s", bucket, key, what)}
}

func recordKey(bucket, key string) []byte {
	k := make([]byte, 0, len(bucket)+1+len(key))
	return append(append(append(k, bucket...), 0), key...)
}

func putRecords(tx *bolt.Tx, changes []Change) error {
	rec := tx.Bucket(bucketRec)
	for _, c := range changes {
		key := recordKey(c.Bucket, c.Key)
		if c.Value == nil {
			if err := rec.Delete(key); err != nil {
				return err
			}
			continue
		}
		if err := rec.Put(key, seal(bucketRec, key, c.Value)); err != nil {
			return err
		}
	}
	return nil
}
