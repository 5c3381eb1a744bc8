package scene
