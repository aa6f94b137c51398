package pool

import "context"

func Map[T, R any](ctx context.Context, workers int, inputs []T, work func(context.Context, T) (R, error)) ([]R, error) {
	return nil, nil
}
